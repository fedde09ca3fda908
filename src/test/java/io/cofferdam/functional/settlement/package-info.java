/** What became of a transaction whose worker has died, and how that is found out. */
package io.cofferdam.functional.settlement;
