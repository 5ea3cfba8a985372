package io.reactivemqtt.engine.connection;

import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.engine.loop.CopiedLists;
import io.reactivemqtt.exception.MqttException;
import java.util.List;

/** Who waits for a connection. Event loop only. */
public final class Callers {

    /** Who has called {@code connect()}. */
    public interface Caller {
        void connected(ConnectResult result);

        void failed(MqttException cause);
    }

    private List<Caller> all = List.of(); // idle clients come in thousands

    Callers() {}

    boolean isEmpty() {
        return all.isEmpty();
    }

    boolean contains(Caller caller) {
        return all.contains(caller);
    }

    void add(Caller caller) {
        all = CopiedLists.with(all, caller);
    }

    void remove(Caller caller) {
        all = CopiedLists.without(all, caller);
    }

    /** Nobody waits any more: all have what they waited for. */
    void answer(ConnectResult result) {
        List<Caller> answered = all;
        all = List.of();
        answered.forEach(caller -> caller.connected(result));
    }

    /** Nobody waits any more: it was in vain. */
    void fail(MqttException cause) {
        List<Caller> failed = all;
        all = List.of();
        failed.forEach(caller -> caller.failed(cause));
    }
}
