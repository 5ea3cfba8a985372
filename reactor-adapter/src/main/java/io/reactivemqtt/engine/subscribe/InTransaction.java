package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.engine.state.SessionGate;
import io.reactivemqtt.engine.state.SessionKeeper;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.session.IncomingFlow;
import io.reactivemqtt.store.HandlerTransaction;
import io.reactivemqtt.store.SessionLog;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Has a handler work in transactions of the client's store: with what it does, the transaction stores that the messages are processed. What
 * an earlier transaction has stored is not processed again, only acknowledged. Event loop only; the handler is called by the store.
 *
 * @param <C> the connection that has the transaction
 */
final class InTransaction<C> implements Function<List<Arrival>, Publisher<?>> {

    private static final String SAID =
            "a handler in a transaction neither acknowledges nor hands back: the commit says that the message is processed";
    private static final String ANOTHERS_TOO =
            "the message is another subscriber's too, who would lose it by this transaction: let one consume have both filters, or no"
                    + " other subscriber one that matches";

    private final SessionKeeper keeper;
    private final SessionGate gate;
    private final HandlerTransaction<C> transaction;
    private final BiFunction<? super List<? extends ReceivedMessage>, ? super C, ? extends Publisher<?>> handler;

    InTransaction(
            SessionKeeper keeper,
            HandlerTransaction<C> transaction,
            BiFunction<? super List<? extends ReceivedMessage>, ? super C, ? extends Publisher<?>> handler) {
        this.keeper = keeper;
        this.gate = keeper.gate();
        this.transaction = transaction;
        this.handler = handler;
    }

    /** First the store hears that the Server has begun a Session, if it has: the identifiers of the one before are those of other messages. */
    @Override
    public Publisher<?> apply(List<Arrival> messages) {
        return Mono.<Void>create(
                        sink -> keeper.journal().whenDurable(Waiter.of(sink::success, failed -> sink.success())))
                .then(Mono.defer(() -> Mono.from(process(messages))));
    }

    private Publisher<Void> process(List<Arrival> messages) {
        SessionLog log = keeper.journal().log();
        List<Arrival> present = new ArrayList<>(messages.size());
        for (Arrival message : messages) {
            if (comesAgain(message, log)) {
                message.leaves();
            } else {
                present.add(message);
            }
        }
        if (present.isEmpty()) {
            return Mono.empty();
        } else if (present.stream().anyMatch(InTransaction::isAnothersToo)) {
            return Mono.error(new IllegalStateException(ANOTHERS_TOO));
        } else if (log == null) {
            return Mono.error(new StoreException("the session store is closed", null));
        }
        Map<Integer, Arrival> byIdentifier = new LinkedHashMap<>();
        for (Arrival message : present) {
            IncomingFlow flow = message.flow;
            if (flow != null && flow.isExactlyOnce() && !flow.isSessionLost()) {
                byIdentifier.put(flow.packetIdentifier(), message);
            }
        }
        return transaction.run(
                log, byIdentifier.keySet(), (connection, fresh) -> work(present, byIdentifier, connection, fresh));
    }

    /**
     * Tells whether {@code message} is none that the Session knows: the store has failed since it came, or it is closed. What is done with it
     * here counts for nobody, and the Server sends it again.
     */
    private boolean comesAgain(Arrival message, @Nullable SessionLog log) {
        IncomingFlow flow = message.flow;
        if (flow == null || flow.isSessionLost()) {
            return false;
        }
        return log == null || (flow.isExactlyOnce() && !gate.session().isAwaited(flow));
    }

    /** Who has it too would lose it where this one's transaction says that it is processed. */
    private static boolean isAnothersToo(Arrival message) {
        return message.flow != null && message.sharing != null && message.sharing.notDone > 1;
    }

    private Publisher<?> work(
            List<Arrival> messages, Map<Integer, Arrival> byIdentifier, C connection, Set<Integer> fresh) {
        Set<Arrival> processed = new HashSet<>(byIdentifier.size());
        byIdentifier.forEach((identifier, message) -> {
            if (!fresh.contains(identifier)) {
                processed.add(message);
            }
        });
        List<Arrival> left = processed.isEmpty()
                ? messages
                : messages.stream()
                        .filter(message -> !processed.contains(message))
                        .toList();
        return left.isEmpty()
                ? Mono.empty()
                : Flux.from(Objects.requireNonNull(handler.apply(left, connection), Consumption.NO_PUBLISHER))
                        .then(Mono.defer(
                                () -> areInHand(left) ? Mono.empty() : Mono.error(new IllegalStateException(SAID))));
    }

    /** What the handler itself says of a message may not stand beside what the transaction says. */
    private static boolean areInHand(List<Arrival> messages) {
        return messages.stream().allMatch(message -> message.flow == null || message.isInHand());
    }
}
