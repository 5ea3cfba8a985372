package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One message, published as often as a command says; answered when the last flow is finished. */
final class Publishing {

    private final int times;
    private final Reply reply;
    private int failures;
    private int successes;
    private boolean possibleRepeat;
    private @Nullable Throwable firstFailure;

    /** The one with the highest Reason Code. */
    private @Nullable PublishResult worst;

    private Publishing(int times, Reply reply) {
        this.times = times;
        this.reply = reply;
    }

    static void start(ReactorMqttClient client, ApplicationMessage message, int times, Reply reply) {
        Publishing publishing = new Publishing(times, reply);
        for (int i = 0; i < times; i++) { // all at once: so they stay before what later commands publish
            client.publish(message).subscribe(publishing::ended, publishing::failed);
        }
    }

    private void ended(PublishResult result) {
        MqttException failure = result.failure();
        if (failure == null) {
            succeeded(result);
        } else { // it was dropped
            failed(failure);
        }
    }

    private synchronized void succeeded(PublishResult result) {
        successes++;
        possibleRepeat |= result.possibleRepeat();
        if (worst == null || result.reasonCode().code() > worst.reasonCode().code()) {
            worst = result;
        }
        answerIfDone();
    }

    private synchronized void failed(Throwable failure) {
        failures++;
        if (firstFailure == null) {
            firstFailure = failure;
        }
        answerIfDone();
    }

    private void answerIfDone() {
        if (successes + failures < times) {
            return;
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        if (worst != null) {
            result.put("reason", worst.reasonCode().code()).put("possibleRepeat", possibleRepeat);
            ObjectNode props = result.putObject("props");
            if (worst.reasonString() != null) {
                props.put("reasonString", worst.reasonString());
            }
            Messages.putUserProperties(props, worst.userProperties());
        }
        if (times > 1) {
            result.put("succeeded", successes).put("failed", failures);
        }
        if (firstFailure == null) {
            reply.ok(result);
        } else if (times > 1) {
            reply.failed(firstFailure, result);
        } else {
            reply.failed(firstFailure);
        }
    }
}
