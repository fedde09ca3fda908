/**
 * What is promised, held with real processes and databases: a package for each kind of promise. The
 * classes here are what their tests extend.
 */
package io.cofferdam.functional;
