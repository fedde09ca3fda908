/** Deaths of workers, of connections, of the database and of the application. */
package io.cofferdam.functional.recovery;
