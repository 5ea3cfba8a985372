package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.exception.RequestRefusedException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the Server says to the Topic Filters of one command, in their order; answered when it has said all. The command has
 * failed if no filter was granted.
 */
final class Grants {

    private final @Nullable ReasonCode[] codes;
    private final boolean[] settled;
    private final Reply reply;
    private int missing;
    private boolean anyGranted;
    private @Nullable Throwable firstFailure;

    Grants(int filters, Reply reply) {
        this.codes = new @Nullable ReasonCode[filters];
        this.settled = new boolean[filters];
        this.missing = filters;
        this.reply = reply;
    }

    /** The Server's answer to one filter. */
    synchronized void answered(int index, String packet, ReasonCode code) {
        if (settled[index]) {
            return;
        }
        codes[index] = code;
        if (code.isError()) {
            failed(index, new RequestRefusedException(packet, code, null));
        } else {
            anyGranted = true;
            settle(index);
        }
    }

    /** There will be no answer to one filter, unless there was one already. */
    synchronized void failed(int index, Throwable failure) {
        if (settled[index]) {
            return;
        }
        if (firstFailure == null) {
            firstFailure = failure;
        }
        settle(index);
    }

    private void settle(int index) {
        settled[index] = true;
        if (--missing > 0) {
            return;
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        ArrayNode array = result.putArray("codes");
        for (ReasonCode code : codes) {
            if (code == null) {
                array.addNull();
            } else {
                array.add(code.code());
            }
        }
        if (anyGranted || firstFailure == null) {
            reply.ok(result);
        } else {
            reply.failed(firstFailure, result);
        }
    }
}
