package io.reactivemqtt.reliability.nemesis;

/** What a cell is tried with besides the ordinary. */
enum Extra {
    /** Nothing. */
    NONE,
    /** A disk of the database's own, that can be full. */
    SMALL_DISK,
    /** A disk of the database that can be slow. */
    SLOW_DISK,
    /** A synchronous standby of the database. */
    STANDBY,
    /** A wall clock of each pod's own. */
    FAKE_CLOCK,
    /** The Session is in Redis, which has a replica; the rows of the handlers stay in the database. */
    REDIS
}
