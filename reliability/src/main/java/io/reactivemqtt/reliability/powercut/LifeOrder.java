package io.reactivemqtt.reliability.powercut;

import io.reactivemqtt.store.sqlite.Durability;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process is to do between two power cuts.
 *
 * @param directory where its store lies
 * @param server of its clients
 * @param direction what they do
 * @param messages how many each of them sends or receives
 * @param way how it stores
 * @param closes whether it closes its store at the end, or dies with it open
 */
record LifeOrder(Path directory, URI server, Direction direction, int messages, Way way, boolean closes) {

    /** A cell. */
    enum Direction {
        SENDER("sender"),
        RECEIVER("receiver");

        private final String words;

        Direction(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** How changes are stored: as they should be, or with a fault that has to be found. */
    enum Way {
        DURABLE(Durability.FULL),
        FLUSHES_SELDOM(Durability.CHECKPOINT),
        NEVER_FLUSHES(Durability.OPERATING_SYSTEM),
        /** Tells that changes are durable before they are. */
        HASTY(Durability.FULL);

        private final Durability durability;

        Way(Durability durability) {
            this.durability = durability;
        }

        Durability durability() {
            return durability;
        }
    }

    List<String> toArguments() {
        return List.of(
                directory.toString(),
                server.toString(),
                direction.name(),
                Integer.toString(messages),
                way.name(),
                Boolean.toString(closes));
    }

    static LifeOrder of(String... arguments) {
        return new LifeOrder(
                Path.of(arguments[0]),
                URI.create(arguments[1]),
                Direction.valueOf(arguments[2]),
                Integer.parseInt(arguments[3]),
                Way.valueOf(arguments[4]),
                Boolean.parseBoolean(arguments[5]));
    }
}
