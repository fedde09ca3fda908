/** What one task leaves in its session, its locks and its worker for the next. */
package io.cofferdam.functional.session;
