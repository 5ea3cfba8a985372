package io.reactivemqtt.engine.connection;

import io.reactivemqtt.engine.loop.CopiedLists;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.state.EngineRequest;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Packet;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The re-authentications that are wished: one after the other, as MQTT has it (MQTT 5.0 §4.12.1). Loop only. */
final class Reauthentications {

    private record Wish(EngineRequest request, BooleanSupplier holds) {}

    private final Turns turns;
    private final Consumer<? super EngineRequest> begin;

    /** The first is under way. */
    private List<Wish> wishes = List.of();

    /** Takes what {@code begin}s one; its request is answered, whatever happens, in a turn. */
    Reauthentications(Turns turns, Consumer<? super EngineRequest> begin) {
        this.turns = turns;
        this.begin = begin;
    }

    /** Begins one for {@code request}, when those before it have ended and if the wish {@code holds} then. */
    void add(EngineRequest request, BooleanSupplier holds) {
        wishes = CopiedLists.with(wishes, new Wish(request, holds));
        if (wishes.size() == 1) {
            beginFirst();
        }
    }

    private void beginFirst() {
        Wish first = wishes.get(0);
        if (first.holds().getAsBoolean()) {
            begin.accept(beforeNext(first));
        } else {
            next(first);
        }
    }

    private EngineRequest beforeNext(Wish wish) {
        return new EngineRequest() {
            @Override
            public void completed(Packet answer) {
                wish.request().completed(answer);
                next(wish);
            }

            @Override
            public void failed(MqttException cause) {
                wish.request().failed(cause);
                next(wish);
            }
        };
    }

    private void next(Wish ended) {
        turns.defer(
                () -> { // not in the middle of a transition
                    wishes = CopiedLists.without(wishes, ended);
                    if (!wishes.isEmpty()) {
                        beginFirst();
                    }
                });
    }
}
