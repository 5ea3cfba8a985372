package io.reactivemqtt.engine.state;

import io.reactivemqtt.client.SessionInspection;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.SnapshotRefusedException;
import io.reactivemqtt.session.Session;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.publisher.MonoSink;

/** Looks at the Session State, and takes it elsewhere or from elsewhere. From any thread. */
public final class SavedSession {

    private final Turns turns;
    private final SessionKeeper keeper;
    private final SessionGate gate;

    public SavedSession(Turns turns, SessionKeeper keeper) {
        this.turns = turns;
        this.keeper = keeper;
        this.gate = keeper.gate();
    }

    public void inspect(boolean withMessages, MonoSink<SessionInspection> sink) {
        turns.execute(() -> keeper.whenOpen(Waiter.of(
                () -> UserCode.run(() -> sink.success(gate.session().inspect(withMessages, turns.nowNanos()))),
                failing(sink))));
    }

    public void withdraw(long sequence, MonoSink<Boolean> sink) {
        turns.execute(() -> keeper.whenOpen(Waiter.of(
                () -> {
                    boolean[] found = {false};
                    gate.enter(current -> found[0] = current.withdraw(sequence, turns.nowNanos()));
                    UserCode.run(() -> sink.success(found[0]));
                },
                failing(sink))));
    }

    public void describe(MonoSink<SessionSnapshot> sink) {
        turns.execute(() -> keeper.whenOpen(Waiter.of(
                () -> {
                    List<SessionChange> changes = new ArrayList<>();
                    gate.session().describe(changes::add, turns.nowNanos());
                    SessionSnapshot snapshot =
                            new SessionSnapshot(gate.session().clientIdentifier(), changes);
                    UserCode.run(() -> sink.success(snapshot));
                },
                failing(sink))));
    }

    public void restore(SessionSnapshot snapshot, MonoSink<Void> sink) {
        turns.execute(() -> keeper.whenOpen(Waiter.of(() -> restoreOpen(snapshot, sink), failing(sink))));
    }

    private void restoreOpen(SessionSnapshot snapshot, MonoSink<Void> sink) {
        if (keeper.isUsed()) {
            refuse(
                    sink,
                    new IllegalStateException(
                            "a session is restored before anything else: this client has connected, published or subscribed"));
            return;
        }
        String clientIdentifier = keeper.clientIdentifier();
        if (!snapshot.clientIdentifier().equals(clientIdentifier)) {
            refuse(
                    sink,
                    new SnapshotRefusedException(
                            SnapshotRefusedException.Refusal.OTHER_CLIENT_IDENTIFIER,
                            "the saved session is that of \"" + snapshot.clientIdentifier() + "\", not of \""
                                    + clientIdentifier + "\"",
                            null));
            return;
        }
        Session restored;
        try {
            restored = keeper.rebuilt(snapshot.changes());
        } catch (IllegalArgumentException contradicting) {
            refuse(
                    sink,
                    new SnapshotRefusedException(
                            SnapshotRefusedException.Refusal.DAMAGED,
                            "the saved session contradicts itself: " + contradicting.getMessage(),
                            contradicting));
            return;
        }
        keeper.restore(restored, Waiter.of(() -> UserCode.run(sink::success), failing(sink)));
    }

    private static Consumer<MqttException> failing(MonoSink<?> sink) {
        return cause -> refuse(sink, cause);
    }

    private static void refuse(MonoSink<?> sink, Throwable cause) {
        UserCode.run(() -> sink.error(cause));
    }
}
