package io.reactivemqtt.reliability.nemesis;

import io.reactivemqtt.Qos;

/** What a pod and the harness say to each other, line by line. */
final class PodWords {

    /** It can be told to own the Session. */
    static final String READY = "ready";

    /** Said to it, with the number of the owner: it owns the Session from now on. */
    static final String OWN = "own";

    /** Said to it: it sends nothing new. */
    static final String REST = "rest";

    /** Said to it: it answers how much is on its way, in {@link #ON_ITS_WAY}. */
    static final String INSPECT = "inspect";

    /** Said by it, with the number of the owner: it is connected, over the store. */
    static final String OWNS = "owns";

    /** Said by it, with the number of the owner: it will do nothing more. */
    static final String STOPPED = "stopped";

    /** Said by it, with the number of messages, or -1 if it is not connected. */
    static final String ON_ITS_WAY = "on-its-way";

    private PodWords() {}

    /** Said by it when the Server has granted what an owner subscribes to: what is published from now on is not lost. */
    static String subscribed(int owner, Qos qos) {
        return "subscribed " + owner + " " + qos.level();
    }

    static synchronized void say(String words) {
        System.out.println(words);
        System.out.flush();
    }
}
