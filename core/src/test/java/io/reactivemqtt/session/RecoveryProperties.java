package io.reactivemqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.session.TestClient.TestFlow;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.StoredStates;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What a session takes in is what it tells. */
class RecoveryProperties {

    @Property
    void sessionDescribesWhatItRecovered(@ForAll long seed, @ForAll ProtocolVersion version) {
        List<SessionChange> stored = StoredStates.of(seed);
        TestClient client = TestClient.durableOne(version);
        client.session.onWallClock(StoredStates.NOW_MILLIS, client.nowNanos);

        stored.forEach(change -> client.session.recover(change, TestFlow::new, client.nowNanos));

        List<SessionChange> described = new ArrayList<>();
        client.session.describe(described::add, client.nowNanos);
        assertThat(described).containsExactlyInAnyOrderElementsOf(stored);
        assertThat(withoutIncoming(described)).isEqualTo(withoutIncoming(stored));
    }

    /** Incoming identifiers have no order that means anything. */
    private static List<SessionChange> withoutIncoming(List<SessionChange> changes) {
        return changes.stream()
                .filter(change -> !(change instanceof SessionChange.IncomingProcessed))
                .toList();
    }
}
