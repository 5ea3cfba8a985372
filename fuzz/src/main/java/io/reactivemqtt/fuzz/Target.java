package io.reactivemqtt.fuzz;

import io.reactivemqtt.engine.transport.netty.WebSocketTarget;
import io.reactivemqtt.store.SnapshotTarget;
import io.reactivemqtt.store.StoredFormTarget;
import java.util.function.Consumer;

/** What is fuzzed, and which part of all executions each target has: what takes longer has less of them; the longest come first. */
public enum Target {
    /** Bytes of a connection to packets. */
    DECODER("decoder", DecoderTarget.class, DecoderTarget::fuzzerTestOneInput, 512, 36),
    /** Bytes of a store to changes. */
    STORED_FORM("stored-form", StoredFormTarget.class, StoredFormTarget::fuzzerTestOneInput, 256, 50),
    /** Topic Names to the filters that match them. */
    TOPIC_TREE("topic-tree", TopicTreeTarget.class, TopicTreeTarget::fuzzerTestOneInput, 80, 6),
    /** JSON to a Session. */
    SNAPSHOT("snapshot", SnapshotTarget.class, SnapshotTarget::fuzzerTestOneInput, 1024, 5),
    /** Frames of a WebSocket to packets. */
    WEB_SOCKET("websocket", WebSocketTarget.class, WebSocketTarget::fuzzerTestOneInput, 256, 3);

    private static final long WHOLE = 100;

    private final String title;
    private final Class<?> type;

    @SuppressWarnings("ImmutableEnumChecker") // it is a method's
    private final Consumer<byte[]> once;

    private final int longestInput;
    private final int percent;

    Target(String title, Class<?> type, Consumer<byte[]> once, int longestInput, int percent) {
        this.title = title;
        this.type = type;
        this.once = once;
        this.longestInput = longestInput;
        this.percent = percent;
    }

    /** Returns its name, which its corpus has too. */
    public String title() {
        return title;
    }

    /** Returns the class that Jazzer calls. */
    public Class<?> type() {
        return type;
    }

    /** Does once what Jazzer does again and again. */
    public void run(byte[] input) {
        once.accept(input);
    }

    /** Returns how many bytes Jazzer gives it at most: longer ones say little more and cost much more. */
    public int longestInput() {
        return longestInput;
    }

    /** Returns its part of {@code executions}. */
    public long partOf(long executions) {
        return executions * percent / WHOLE;
    }
}
