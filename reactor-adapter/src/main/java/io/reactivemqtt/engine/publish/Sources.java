package io.reactivemqtt.engine.publish;

import io.reactivemqtt.exception.MqttException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * The streams of messages that are open. At the end of a turn only those are looked at that may want more: most of many are
 * idle, and a turn must not cost what there is of them.
 */
final class Sources {

    private final IntSupplier limit;
    private final long bytes;

    private final Set<PublishStream> open = new LinkedHashSet<>();

    /** Who has room again since it was last asked, in the order in which they are asked. */
    private Set<PublishStream> hungry = new LinkedHashSet<>();

    /** Who could take more if there were room for all. */
    private final Set<PublishStream> held = new LinkedHashSet<>();

    /** Of what was {@link #hungry} when this turn's asking began; empty between turns. */
    private Set<PublishStream> beingAsked = new LinkedHashSet<>();

    /** The smallest limit that those in {@link #held} have met. */
    private int limitOfHeld = Integer.MAX_VALUE;

    /**
     * @param limit how many messages there is room for now, for each stream
     * @param bytes how many bytes of payload may wait
     */
    Sources(IntSupplier limit, long bytes) {
        this.limit = limit;
        this.bytes = bytes;
    }

    void add(PublishStream stream) {
        open.add(stream);
        hungry.add(stream);
    }

    void remove(PublishStream stream) {
        open.remove(stream);
        hungry.remove(stream);
        held.remove(stream);
    }

    /** {@code stream} has room again. */
    void hungry(PublishStream stream) {
        if (open.contains(stream)) {
            hungry.add(stream);
        }
    }

    /** Asks who is hungry for as much as fits; true if somebody was asked. */
    boolean ask() {
        if (!held.isEmpty() && limit.getAsInt() > limitOfHeld) {
            hungry.addAll(held);
            held.clear();
            limitOfHeld = Integer.MAX_VALUE;
        }
        Set<PublishStream> asking = hungry;
        hungry = beingAsked;
        beingAsked = asking;
        boolean asked = false;
        for (PublishStream stream : asking) {
            int mostNow = limit.getAsInt();
            asked |= stream.askForMore(mostNow, bytes);
            if (stream.isHeldBy(mostNow) && open.contains(stream)) {
                held.add(stream);
                limitOfHeld = Math.min(limitOfHeld, mostNow);
            }
        }
        asking.clear();
        return asked;
    }

    void close(MqttException cause) {
        List.copyOf(open).forEach(stream -> stream.close(cause));
    }
}
