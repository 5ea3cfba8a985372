package io.reactivemqtt.store;

import org.reactivestreams.Publisher;

/**
 * The log of a store that shares its transactions with the application: what a {@linkplain HandlerTransaction handler} does to the
 * application's own data and what the client knows of the message are one transaction, and so are a change of the application's data
 * and a message to send, which waits in the <em>outbox</em> of the Session.
 *
 * <p>{@link #append} also takes {@link SessionChange.SessionBegun} and {@link SessionChange.OutboxTaken}.
 */
public interface TransactionalLog extends SessionLog {

    /**
     * Emits the messages in the Session's outbox, in the order of their numbers, each as soon as the transaction that has put it there is
     * committed and it is asked for. The client appends an {@link SessionChange.OutboxTaken} for each, in one list with the message; one
     * that it has not taken comes again from the next log.
     *
     * <p>The client subscribes when it has recovered, asks for no more than it has room for, and cancels when it closes. The publisher
     * MUST NOT block, MUST NOT end while the Session State belongs to this log, and MUST try again by itself when the storage has failed.
     *
     * @return cold; never ends
     */
    Publisher<OutboxMessage> outbox();
}
