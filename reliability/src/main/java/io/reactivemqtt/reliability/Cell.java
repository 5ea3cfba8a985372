package io.reactivemqtt.reliability;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is tried.
 *
 * @param direction which process is killed
 * @param qos 1 or 2
 * @param version of MQTT, between the killed process and the Server
 */
record Cell(Direction direction, Qos qos, ProtocolVersion version) {

    /** Which process is killed. */
    enum Direction {
        /** The one that enqueues messages. */
        SENDER("sender"),
        /** The one that consumes messages. */
        RECEIVER("receiver"),
        /** The one that consumes batches of messages, each in one transaction of a database. */
        BATCH_RECEIVER("batch receiver");

        private final String words;

        Direction(String words) {
            this.words = words;
        }

        boolean isReceiver() {
            return this != SENDER;
        }

        /** A word for command lines and files, such as {@code batch-receiver}. */
        String word() {
            return words.replace(' ', '-');
        }
    }

    /** All that there are: each direction, QoS and version. */
    static List<Cell> all() {
        List<Cell> cells = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            for (Qos qos : List.of(Qos.EXACTLY_ONCE, Qos.AT_LEAST_ONCE)) {
                cells.add(new Cell(direction, qos, ProtocolVersion.MQTT_5_0));
                cells.add(new Cell(direction, qos, ProtocolVersion.MQTT_3_1_1));
            }
        }
        return cells;
    }

    /** Returns the cell whose {@link #name()} this is. */
    static Optional<Cell> named(String name) {
        return all().stream().filter(cell -> cell.name().equals(name)).findFirst();
    }

    /** A word for command lines, files, topics and Client Identifiers, such as {@code sender-qos2-5.0}. */
    String name() {
        return direction.word() + "-qos" + qos.level() + "-" + versionNumber();
    }

    /** What people read, such as {@code sender, QoS 2, MQTT 5.0}. */
    String words() {
        return direction.words + ", QoS " + qos.level() + ", MQTT " + versionNumber();
    }

    String topic() {
        return "reliability/" + name();
    }

    private String versionNumber() {
        return version == ProtocolVersion.MQTT_5_0 ? "5.0" : "3.1.1";
    }
}
