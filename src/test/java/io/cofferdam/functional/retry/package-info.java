/** Tasks that are run again, and those that must not be. */
package io.cofferdam.functional.retry;
