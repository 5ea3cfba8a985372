package io.reactivemqtt.session.crash;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ClientOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * What is searched: messages that share one Packet Identifier, and how often it may go wrong.
 *
 * @param messages topic "1" is the first
 * @param receipts whether they are enqueued, so that their outcome is kept until the application acknowledges it
 */
record Scenario(
        Direction direction,
        ClientOptions options,
        List<ApplicationMessage> messages,
        int crashes,
        int cuts,
        boolean receipts,
        WrongOrder wrongOrder) {

    /** One message after the other has the one identifier. */
    static Scenario of(Direction direction, ProtocolVersion version, int crashes, int cuts, List<Qos> qos) {
        return of(direction, version, 1, crashes, cuts, qos);
    }

    /** So many outgoing messages may be in flight at once. */
    static Scenario of(
            Direction direction, ProtocolVersion version, int sendMaximum, int crashes, int cuts, List<Qos> qos) {
        List<ApplicationMessage> messages = new ArrayList<>();
        for (int i = 0; i < qos.size(); i++) {
            messages.add(ApplicationMessage.of(Integer.toString(i + 1), "", qos.get(i)));
        }
        ClientOptions options = ClientOptions.builder()
                .protocolVersion(version)
                .clientIdentifier("c")
                .cleanSession(false)
                .session(session -> session.sendMaximum(sendMaximum))
                .build();
        return new Scenario(direction, options, List.copyOf(messages), crashes, cuts, false, WrongOrder.NONE);
    }

    Scenario with(WrongOrder wrong) {
        boolean withReceipts = receipts || wrong == WrongOrder.RECOVERS_WITHOUT_RECEIPTS;
        return new Scenario(direction, options, messages, crashes, cuts, withReceipts, wrong);
    }

    Scenario withReceipts() {
        return new Scenario(direction, options, messages, crashes, cuts, true, wrongOrder);
    }

    /** Returns which message it is, from 0. */
    static int index(ApplicationMessage message) {
        return Integer.parseInt(message.topicName().toString()) - 1;
    }
}
