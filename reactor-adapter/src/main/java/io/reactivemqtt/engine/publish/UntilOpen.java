package io.reactivemqtt.engine.publish;

import io.reactivemqtt.client.ConnectOptions;
import io.reactivemqtt.client.ConnectOptions.QueueFullPolicy;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.exception.QueueFullException;
import java.util.ArrayDeque;
import java.util.List;

/** Messages that wait for the store to open, with the bounds and the policy of the queue. Event loop only. */
final class UntilOpen {

    private static final String FULL = "too many messages wait for the session store to open";

    private final ConnectOptions options;
    private final ArrayDeque<PublishFlow> flows = new ArrayDeque<>();
    private long bytes;
    private boolean waits;

    UntilOpen(ConnectOptions options) {
        this.options = options;
    }

    int count() {
        return flows.size();
    }

    long bytes() {
        return bytes;
    }

    /** Adds {@code flow}, for which the oldest may have to make room; false if it has failed. */
    boolean add(PublishFlow flow) {
        while (isFullFor(flow)) {
            if (options.queueFullPolicy() != QueueFullPolicy.DROP_OLDEST) {
                UserCode.run(() -> flow.failed(new QueueFullException(FULL)));
                return false;
            }
            PublishFlow oldest = flows.remove();
            bytes -= size(oldest);
            UserCode.run(() -> oldest.failed(new QueueFullException(FULL + ", and this message waited longest")));
        }
        flows.add(flow);
        bytes += size(flow);
        return true;
    }

    private boolean isFullFor(PublishFlow flow) {
        return flows.size() >= options.maximumQueuedMessages()
                || (!flows.isEmpty() && bytes + size(flow) > options.maximumQueuedBytes());
    }

    private static int size(PublishFlow flow) {
        return flow.message().payload().size();
    }

    /** Tells whether somebody has to wait for the store on behalf of all; once, until {@link #takeAll}. */
    boolean beginsToWait() {
        boolean begins = !waits;
        waits = true;
        return begins;
    }

    List<PublishFlow> takeAll() {
        waits = false;
        List<PublishFlow> all = List.copyOf(flows);
        flows.clear();
        bytes = 0;
        return all;
    }
}
