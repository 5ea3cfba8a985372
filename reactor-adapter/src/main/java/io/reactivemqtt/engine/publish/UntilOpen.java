package io.reactivemqtt.engine.publish;

import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.QueueFullPolicy;
import io.reactivemqtt.client.QueueOptions;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.exception.QueueFullException;
import java.util.ArrayDeque;
import java.util.List;

/** Messages that wait for the store to open, with the bounds and the policy of the queue. Event loop only. */
final class UntilOpen {

    private static final String FULL = "too many messages wait for the session store to open";

    private final QueueOptions options;
    private final ArrayDeque<PublishFlow> flows = new ArrayDeque<>();
    private long bytes;

    UntilOpen(QueueOptions options) {
        this.options = options;
    }

    int count() {
        return flows.size();
    }

    long bytes() {
        return bytes;
    }

    /** Adds {@code flow}, for which the oldest makes room, or fails it if it has none. One alone always has room. */
    void add(PublishFlow flow) {
        String key = flow.options().latestOf();
        if (key != null) {
            replace(key);
        }
        flows.add(flow);
        bytes += size(flow);
        while (isOverfull()) {
            if (options.whenFull() == QueueFullPolicy.DROP_OLDEST) {
                fail(flows.removeFirst(), FULL + ", and this message waited longest");
            } else {
                fail(flows.removeLast(), FULL);
            }
        }
    }

    /** Only the newest message of {@code key} waits. */
    private void replace(String key) {
        for (PublishFlow each : flows) {
            if (key.equals(each.options().latestOf())) {
                remove(each);
                NotSentException cause =
                        NotSentException.replaced(each.message().topicName());
                UserCode.run(() -> each.succeeded(PublishResult.dropped(each.message(), cause)));
                return;
            }
        }
    }

    /** Forgets {@code flow}, if it waits here. */
    void remove(PublishFlow flow) {
        if (flows.remove(flow)) { // the time of the oldest is over first
            bytes -= size(flow);
        }
    }

    private boolean isOverfull() {
        return flows.size() > options.maximumMessages() || (flows.size() > 1 && bytes > options.maximumBytes());
    }

    private void fail(PublishFlow flow, String why) {
        bytes -= size(flow);
        UserCode.run(() -> flow.failed(new QueueFullException(why)));
    }

    /** Counts what the queue of the session counts. */
    private static int size(PublishFlow flow) {
        return flow.message().payload().size() + flow.message().topicName().encodedLength();
    }

    List<PublishFlow> takeAll() {
        List<PublishFlow> all = List.copyOf(flows);
        flows.clear();
        bytes = 0;
        return all;
    }
}
