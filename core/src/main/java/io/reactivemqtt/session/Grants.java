package io.reactivemqtt.session;

import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.packet.ConnAck;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What CONNACK grants against what CONNECT has asked for, in words for people. */
final class Grants {

    private final List<String> less = new ArrayList<>(0);

    private Grants() {}

    /** Returns what {@code connAck} grants less than {@code asked}; a limit that nobody has asked about is none of it. */
    static List<String> less(SessionOptions asked, long keepAliveSeconds, ConnAck connAck) {
        Grants grants = new Grants();
        grants.seconds(
                "Session Expiry Interval",
                asked.sessionExpiryInterval().toSeconds(),
                connAck.sessionExpiryIntervalSeconds());
        Integer keepAlive = connAck.serverKeepAliveSeconds();
        grants.seconds("Keep Alive", keepAliveSeconds, keepAlive == null ? null : (Long) (long) keepAlive);
        if (connAck.maximumQos() != null) {
            grants.less.add("Maximum QoS " + connAck.maximumQos().level());
        }
        grants.available("retained messages", connAck.retainAvailable());
        grants.available("subscriptions with wildcards", connAck.wildcardSubscriptionAvailable());
        grants.available("Shared Subscriptions", connAck.sharedSubscriptionAvailable());
        return List.copyOf(grants.less);
    }

    private void seconds(String what, long asked, @Nullable Long granted) {
        if (granted != null && granted != asked) {
            less.add(what + " " + granted + " s instead of " + asked + " s");
        }
    }

    private void available(String what, @Nullable Boolean available) {
        if (Boolean.FALSE.equals(available)) {
            less.add("no " + what);
        }
    }
}
