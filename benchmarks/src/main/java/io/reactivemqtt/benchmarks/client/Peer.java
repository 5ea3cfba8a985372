package io.reactivemqtt.benchmarks.client;

import io.reactivemqtt.benchmarks.sink.Transport;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** All that is compared. */
public enum Peer {
    /** Nothing but bytes: the first floor. */
    RAW_NETTY("raw Netty", Kind.FLOOR),
    /** One object a message, no queue, no hop: the second floor. */
    IDEAL("ideal", Kind.FLOOR),
    /** Ours, messages as a stream. */
    OURS("Reactive MQTT", Kind.OURS),
    /** Ours, with a new payload for each message. */
    OURS_NEW_PAYLOADS("Reactive MQTT, new payloads", Kind.OURS),
    /** Ours, each message alone by another thread. */
    OURS_SINGLE("Reactive MQTT, Mono", Kind.OURS),
    /** Ours, by a handler that is done at once. */
    OURS_CONSUME("Reactive MQTT, consume", Kind.OURS),
    /** Ours, by up to sixteen such handlers. */
    OURS_CONSUME_16("Reactive MQTT, consume by 16", Kind.OURS),
    /** Ours, with as many messages in flight as the floors have. */
    OURS_WIDE("Reactive MQTT, Receive Maximum 1,000", Kind.OURS),
    /** Ours, with meters and observations, and nobody who looks at them. */
    OURS_UNWATCHED("Reactive MQTT, nobody looking", Kind.OURS),
    /** {@link #OURS} as another build has it. */
    OURS_BEFORE("Reactive MQTT, before", Kind.OURS),
    /** {@link #OURS_SINGLE} as another build has it. */
    OURS_SINGLE_BEFORE("Reactive MQTT, Mono, before", Kind.OURS),
    /** HiveMQ as it comes. */
    HIVEMQ("HiveMQ", Kind.PEER),
    /** HiveMQ, all on the event loop. */
    HIVEMQ_TUNED("HiveMQ, tuned", Kind.PEER),
    /** Vert.x. */
    VERTX("Vert.x", Kind.PEER),
    /** AWS CRT, native code. */
    AWS_CRT("AWS CRT", Kind.PEER),
    /** Paho for MQTT 5.0. */
    PAHO_V5("Paho v5", Kind.PEER),
    /** Paho for MQTT 3.1.1. */
    PAHO_V3("Paho v3", Kind.PEER),
    /** Ours over a durable store. */
    OURS_SQLITE("Reactive MQTT, SQLite", Kind.DURABLE),
    /** {@link #OURS_SQLITE} as another build has it. */
    OURS_SQLITE_BEFORE("Reactive MQTT, SQLite, before", Kind.DURABLE),
    /** Paho over files. */
    PAHO_V3_FILES("Paho v3, files", Kind.DURABLE);

    /** What a peer is to the comparison. */
    public enum Kind {
        /** No client of a library. */
        FLOOR,
        /** This project's. */
        OURS,
        /** Another project's. */
        PEER,
        /** Writes each message to the disk. */
        DURABLE
    }

    private static final String BEFORE = "_BEFORE";
    private static final int FLOORS_IN_FLIGHT = 1000;

    private final String title;
    private final Kind kind;

    Peer(String title, Kind kind) {
        this.title = title;
        this.kind = kind;
    }

    /** Returns the name for people. */
    public String title() {
        return title;
    }

    /** Returns what it is to the comparison. */
    public Kind kind() {
        return kind;
    }

    /** Tells whether it is this client as another build has it. */
    public boolean isBefore() {
        return name().endsWith(BEFORE);
    }

    /** Returns this client as another build has it, if it is this client as this build has it. */
    public Optional<Peer> before() {
        return Arrays.stream(values())
                .filter(peer -> peer.name().equals(name() + BEFORE))
                .findFirst();
    }

    /** Returns it as this build has it. */
    public Peer now() {
        return isBefore() ? valueOf(name().substring(0, name().length() - BEFORE.length())) : this;
    }

    /** Returns the name for a command line, such as {@code hivemq-tuned}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Tells whether it is measured where messages arrive, and nowhere else. */
    public boolean isOfReceivers() {
        return this == OURS_CONSUME || this == OURS_CONSUME_16 || this == OURS_WIDE;
    }

    /** Tells whether it is measured where messages are published, and nowhere else. */
    public boolean isOfPublishers() {
        return now() == OURS_SINGLE || this == OURS_NEW_PAYLOADS;
    }

    /** Tells whether it is ours used in another way than {@link #OURS}, which makes no difference but to messages. */
    public boolean isWayOfOurs() {
        return kind == Kind.OURS && now() != OURS;
    }

    /** Tells whether it is measured over other transports than TCP. */
    public boolean hasTransports() {
        return now() == OURS || this == OURS_WIDE || this == RAW_NETTY || this == HIVEMQ_TUNED;
    }

    /** Tells whether it asks and answers. */
    public boolean hasRequests() {
        return now() == OURS || this == RAW_NETTY;
    }

    /** Tells whether it is measured as many clients in one process. */
    public boolean hasFleet() {
        return now() == OURS || this == HIVEMQ || this == HIVEMQ_TUNED;
    }

    BenchmarkClient newClient(Way way) {
        if (way.transport() != Transport.TCP && !hasTransports()) {
            throw new IllegalArgumentException(this + " is not measured over " + way.transport());
        }
        return switch (now()) {
            case RAW_NETTY -> new NettyFloor(NettyFloor.Messages.NONE, way);
            case IDEAL -> new NettyFloor(NettyFloor.Messages.OBJECTS, way);
            case OURS -> new ReactiveMqtt(ReactiveMqtt.Style.STREAM, way, options -> {});
            case OURS_NEW_PAYLOADS -> new ReactiveMqtt(ReactiveMqtt.Style.NEW_PAYLOADS, way, options -> {});
            case OURS_WIDE ->
                new ReactiveMqtt(ReactiveMqtt.Style.STREAM, way, options -> options.receiveMaximum(FLOORS_IN_FLIGHT));
            case OURS_UNWATCHED -> ReactiveMqtt.unwatched(way);
            case OURS_CONSUME -> new ReactiveMqtt(ReactiveMqtt.Style.HANDLER, way, options -> {});
            case OURS_CONSUME_16 -> new ReactiveMqtt(ReactiveMqtt.Style.HANDLERS, way, options -> {});
            case OURS_SINGLE -> new ReactiveMqtt(ReactiveMqtt.Style.SINGLE, way, options -> {});
            case HIVEMQ -> new HiveMqDefaults();
            case HIVEMQ_TUNED -> new HiveMqTuned(way);
            case VERTX -> new VertxMqtt();
            case AWS_CRT -> new AwsCrt();
            case PAHO_V5 -> new PahoV5();
            case PAHO_V3 -> new PahoV3();
            case OURS_SQLITE -> DurableClients.sqlite();
            case PAHO_V3_FILES -> new PahoV3Files();
            default -> throw new IllegalStateException("now() is none of before");
        };
    }
}
