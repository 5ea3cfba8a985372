package io.reactivemqtt.reliability.nemesis;

/** What fails: the cells of the run. */
enum Fault {
    /** The primary of the database; first, because it takes longest. */
    FAIL_OVER("database killed, synchronous standby promoted", 300, true, Extra.STANDBY),
    /** The primary of Redis. */
    REDIS_FAIL_OVER("Redis killed, replica promoted (each append waits for it)", 300, true, Extra.REDIS),
    /** The owner's process. */
    OWNER_KILLED("owner killed (SIGKILL)", 800, false, Extra.NONE),
    /** The owner's process stands still past a takeover, and goes on. */
    OWNER_STOPPED("owner stopped past a takeover (SIGSTOP, SIGCONT)", 600, false, Extra.NONE),
    /** The owner's wall clock. */
    CLOCK_JUMPS("clock of the owner jumps, up to a day, both ways", 800, true, Extra.FAKE_CLOCK),
    /** The network between the owner and the database. */
    DATABASE_CUT_OFF("partition: owner, database", 1_500, true, Extra.NONE),
    /** The network between the owner and the Server. */
    SERVER_CUT_OFF("partition: owner, Server", 1_500, true, Extra.NONE),
    /** The network of the owner. */
    BOTH_CUT_OFF("partition: owner, both", 1_500, true, Extra.NONE),
    /** The processes of the database. */
    DATABASE_KILLED("database killed (SIGKILL)", 800, true, Extra.NONE),
    /** The flushes of the database's disk. */
    DISK_SLOW("disk of the database slow (fsync up to 0.5 s)", 1_500, true, Extra.SLOW_DISK),
    /** The room on the database's disk. */
    DISK_FULL("disk of the database full", 1_000, true, Extra.SMALL_DISK),
    /** The Server's process. */
    SERVER_KILLED("Server killed (SIGKILL, state saved before)", 800, true, Extra.NONE);

    private final String words;
    private final int longestMillis;
    private final boolean mayMove;
    private final Extra extra;

    Fault(String words, int longestMillis, boolean mayMove, Extra extra) {
        this.words = words;
        this.longestMillis = longestMillis;
        this.mayMove = mayMove;
        this.extra = extra;
    }

    /** What people read. */
    String words() {
        return words;
    }

    /** How long a fault lasts at most. */
    int longestMillis() {
        return longestMillis;
    }

    /** Tells whether another pod may take the Session over meanwhile; where it always does, the fault itself sees to it. */
    boolean mayMove() {
        return mayMove;
    }

    /** Returns what it is tried with besides the ordinary. */
    Extra extra() {
        return extra;
    }

    Trouble newTrouble() {
        return switch (this) {
            case FAIL_OVER -> new FailOver(lab -> lab.cluster);
            case REDIS_FAIL_OVER -> new FailOver(Lab::redis);
            case OWNER_KILLED -> new PodTroubles.Killed();
            case OWNER_STOPPED -> new PodTroubles.Stopped();
            case CLOCK_JUMPS -> new PodTroubles.ClockJump();
            case DATABASE_CUT_OFF -> Partition.fromDatabase();
            case SERVER_CUT_OFF -> Partition.fromServer();
            case BOTH_CUT_OFF -> Partition.fromBoth();
            case DATABASE_KILLED -> new DatabaseTroubles.Killed();
            case DISK_SLOW -> new DatabaseTroubles.Slow();
            case DISK_FULL -> new DatabaseTroubles.Full();
            case SERVER_KILLED -> new ServerKilled();
        };
    }
}
