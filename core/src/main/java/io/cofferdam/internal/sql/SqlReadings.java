package io.cofferdam.internal.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which an SQL text is read on its way, at the moment it is judged.
 *
 * @param server how the server reads it
 * @param driver how the driver reads it that cuts it into statements, or null if no driver does
 * @param possible other ways that cannot be excluded: a text whose statements depend on them is not
 *     harmless
 */
public record SqlReadings(SqlSyntax server, @Nullable SqlSyntax driver, List<SqlSyntax> possible) {}
