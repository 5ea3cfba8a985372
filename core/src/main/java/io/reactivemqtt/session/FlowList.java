package io.reactivemqtt.session;

import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** A list of flows, linked through the flows themselves, so that one leaves the middle at no cost. A flow is in one list. */
final class FlowList {

    private @Nullable OutgoingFlow first;
    private @Nullable OutgoingFlow last;
    private int size;

    @Nullable
    OutgoingFlow first() {
        return first;
    }

    @Nullable
    OutgoingFlow last() {
        return last;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return first == null;
    }

    void addLast(OutgoingFlow flow) {
        flow.previous = last;
        flow.next = null;
        if (last == null) {
            first = flow;
        } else {
            last.next = flow;
        }
        last = flow;
        size++;
    }

    void addFirst(OutgoingFlow flow) {
        flow.previous = null;
        flow.next = first;
        if (first == null) {
            last = flow;
        } else {
            first.previous = flow;
        }
        first = flow;
        size++;
    }

    OutgoingFlow removeFirst() {
        OutgoingFlow flow = first;
        if (flow == null) {
            throw new NoSuchElementException();
        }
        remove(flow);
        return flow;
    }

    void remove(OutgoingFlow flow) {
        if (flow.previous == null) {
            first = flow.next;
        } else {
            flow.previous.next = flow.next;
        }
        if (flow.next == null) {
            last = flow.previous;
        } else {
            flow.next.previous = flow.previous;
        }
        flow.previous = null;
        flow.next = null;
        size--;
    }
}
