/** What other users, hostile drivers and a replaced directory cannot do. */
package io.cofferdam.functional.security;
