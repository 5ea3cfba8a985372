package io.reactivemqtt.session.crash;

import java.util.List;

/** What may happen next. */
enum Step {
    CONNECT,
    PUBLISH,
    SERVER_PUBLISHES,
    PACKET_REACHES_SERVER,
    PACKET_REACHES_CLIENT,
    APPEND_COMPLETES,
    LAGGING_CHANGES_ARE_APPENDED,
    APPLICATION_DONE_WITH_ITS_FIRST,
    APPLICATION_DONE_WITH_ITS_SECOND,
    APPLICATION_DONE_WITH_ITS_THIRD,
    APPLICATION_DONE_WITH_ITS_FOURTH,
    RECEIPT_IS_ACKNOWLEDGED,
    CUT,

    /**
     * The process dies, and with it the append at work. That this became durable just before is {@link #APPEND_COMPLETES} and
     * then a crash: what leaves in between is lost on its way.
     */
    CRASH;

    private static final List<Step> DONE = List.of(
            APPLICATION_DONE_WITH_ITS_FIRST,
            APPLICATION_DONE_WITH_ITS_SECOND,
            APPLICATION_DONE_WITH_ITS_THIRD,
            APPLICATION_DONE_WITH_ITS_FOURTH);

    /** The application is done with one of the messages in its hands, the oldest being 0. */
    static Step done(int which) {
        return DONE.get(which);
    }

    /** Returns what {@link #done} was given. */
    int which() {
        return DONE.indexOf(this);
    }

    /** Tells whether something breaks here, which need not happen. */
    boolean isFault() {
        return this == CUT || this == CRASH;
    }
}
