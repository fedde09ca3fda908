package io.cofferdam.testkit.database;

/** What a commit that a server has acknowledged survives. */
public enum Durability {
  /** The death of the server, but not of the machine: the disk is not waited for. */
  SERVER_DEATH,

  /** The loss of power too, as the defaults of PostgreSQL and MariaDB promise it. */
  POWER_LOSS
}
