package io.reactivemqtt.benchmarks.client;

/** What clients can do that ask and answer: ours, and what nobody goes below. */
interface Asking {

    /** Answers each message to {@code topic} with one to {@code responseTopic}, from where it arrives. */
    void respond(String topic, String responseTopic, byte[] payload) throws Exception;

    /**
     * Asks one after the other, each when the one before is answered; returns after the last answer.
     *
     * @param nanos gets the time from each request to its answer
     */
    void requestOneByOne(String topic, String responseTopic, byte[] payload, long[] nanos) throws Exception;
}
