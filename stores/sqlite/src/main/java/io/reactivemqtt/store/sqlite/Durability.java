package io.reactivemqtt.store.sqlite;

/**
 * What stored changes survive, and so what a store waits for before it calls them stored. A killed or crashed process loses
 * nothing with any of these; they differ when the operating system or the power fails.
 */
public enum Durability {

    /**
     * Survives a power failure ({@code synchronous=FULL}): each commit waits until the disk has it, which is as far as disk and
     * file system are honest. Costs one flush of the disk for each commit, a few tenths of a millisecond on a solid-state disk
     * and some ten on a spinning one; clients that write at the same time share it.
     */
    FULL("FULL"),

    /**
     * A power failure or a crash of the operating system loses the latest commits, as a rule those of the last seconds, never
     * the file ({@code synchronous=NORMAL}). What is lost so was called stored: a QoS 1 message may be missing, a QoS 2 message
     * come twice. Costs a flush of the disk only now and then, when the log is moved into the database.
     */
    CHECKPOINT("NORMAL"),

    /**
     * A power failure or a crash of the operating system may lose anything and damage the file ({@code synchronous=OFF}). Never
     * waits for the disk; for tests, and for machines that begin anew after a crash.
     */
    OPERATING_SYSTEM("OFF");

    private final String synchronous;

    Durability(String synchronous) {
        this.synchronous = synchronous;
    }

    /** Returns the value of SQLite's {@code PRAGMA synchronous}. */
    String synchronous() {
        return synchronous;
    }
}
