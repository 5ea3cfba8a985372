package io.reactivemqtt.benchmarks;

import io.reactivemqtt.benchmarks.client.Peer;
import io.reactivemqtt.benchmarks.sink.Transport;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages in one direction.
 *
 * @param direction {@code publish} or {@code receive}
 * @param qos 0 to 2
 * @param bytes of payload
 * @param durable whether it is for those that write to the disk
 * @param transport what lies between the clients and the sink
 */
record Workload(String direction, int qos, int bytes, boolean durable, Transport transport) {

    /** All that there are. */
    static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        for (int bytes : new int[] {64, 1024}) {
            for (String direction : List.of("publish", "receive")) {
                for (int qos = 0; qos <= 2; qos++) {
                    all.add(new Workload(direction, qos, bytes, false, Transport.TCP));
                }
            }
        }
        all.add(durable(1));
        all.add(durable(2));
        for (Transport transport : List.of(Transport.TLS, Transport.TLS_NATIVE, Transport.WEB_SOCKET)) {
            all.add(publish(1).over(transport));
            all.add(receive(1).over(transport));
        }
        return all;
    }

    static Workload publish(int qos) {
        return new Workload("publish", qos, 64, false, Transport.TCP);
    }

    static Workload receive(int qos) {
        return new Workload("receive", qos, 64, false, Transport.TCP);
    }

    static Workload durable(int qos) {
        return new Workload("publish", qos, 64, true, Transport.TCP);
    }

    Workload of(int payloadBytes) {
        return new Workload(direction, qos, payloadBytes, durable, transport);
    }

    Workload over(Transport through) {
        return new Workload(direction, qos, bytes, durable, through);
    }

    /** Tells whether it is nothing that stands apart: in memory, and over TCP alone. */
    boolean isPlain() {
        return !durable && transport == Transport.TCP;
    }

    /** Tells whether {@code peer} takes part. */
    boolean isFor(Peer peer) {
        if (direction.equals("publish") && peer.isOfReceivers()) {
            return false;
        }
        if (transport != Transport.TCP) {
            return peer.hasTransports();
        }
        return durable == (peer.kind() == Peer.Kind.DURABLE)
                && !(direction.equals("receive") && peer.isOfPublishers())
                && !(qos == 2 && peer == Peer.AWS_CRT); // which refuses it
    }

    /** Returns what a client's process is told, without the number of messages. */
    String command() {
        return direction + " " + qos + " " + bytes;
    }

    /** Returns the name for people. */
    @Override
    public String toString() {
        return direction + " QoS " + qos + ", " + (bytes < 1024 ? bytes + " B" : bytes / 1024 + " KiB")
                + (durable ? ", durable" : "") + (transport == Transport.TCP ? "" : ", " + transport.title());
    }

    /** Returns whoever takes part and is wanted. */
    List<Peer> peers(List<Peer> wanted) {
        return wanted.stream().filter(this::isFor).toList();
    }
}
