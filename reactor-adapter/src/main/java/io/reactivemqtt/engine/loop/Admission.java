package io.reactivemqtt.engine.loop;

/** Says whether a request of the application may come in. Event loop only. */
public interface Admission {

    /** Tells whether requests may pass by without {@link #enter}. */
    boolean isOpen();

    /** Lets {@code wish} in, now or later, or fails it; {@code request} names it in the error. */
    void enter(String request, Waiter wish);
}
