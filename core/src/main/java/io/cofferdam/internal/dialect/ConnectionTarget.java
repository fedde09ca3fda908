package io.cofferdam.internal.dialect;

import java.util.Map;

/**
 * What a driver is given to open a connection.
 *
 * @param jdbcUrl the URL, without the parameters that the properties now hold
 * @param properties the properties, without user and password
 */
public record ConnectionTarget(String jdbcUrl, Map<String, String> properties) {}
