package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.IfOffline;
import io.reactivemqtt.client.PublishOptions;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.SessionLossPolicy;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One message, published as often as a command says; answered when the last flow is finished. */
final class Publishing {

    private static final Duration LONGEST_WAIT = Duration.ofDays(365);

    private final ApplicationMessage message;
    private final int times;
    private final Reply reply;
    private int failures;
    private int successes;
    private boolean possibleRepeat;
    private @Nullable Throwable firstFailure;
    private @Nullable PublishOutcome outcomeOfFailure;

    /** The one with the highest Reason Code. */
    private @Nullable PublishResult worst;

    private Publishing(ApplicationMessage message, int times, Reply reply) {
        this.message = message;
        this.times = times;
        this.reply = reply;
    }

    /** Reads what becomes of a message that cannot be sent at once. */
    static PublishOptions options(Fields fields) {
        PublishOptions.Builder options = PublishOptions.builder();
        Long sendWithin = fields.numberOrNull("sendWithinMs", 1, LONGEST_WAIT.toMillis());
        if (sendWithin != null) {
            options.sendWithin(Duration.ofMillis(sendWithin));
        }
        IfOffline ifOffline = fields.choiceOrNull("ifOffline", IfOffline.class);
        if (ifOffline != null) {
            options.ifOffline(ifOffline);
        }
        SessionLossPolicy onSessionLoss = fields.choiceOrNull("onSessionLoss", SessionLossPolicy.class);
        if (onSessionLoss != null) {
            options.onSessionLoss(onSessionLoss);
        }
        String latestOf = fields.textOrNull("latestOf");
        if (latestOf != null) {
            options.latestOf(latestOf);
        }
        return options.build();
    }

    static void start(
            ReactorMqttClient client, ApplicationMessage message, PublishOptions options, int times, Reply reply) {
        Publishing publishing = new Publishing(message, times, reply);
        for (int i = 0; i < times; i++) { // all at once: so they stay before what later commands publish
            client.publish(message, options).subscribe(publishing::ended, publishing::failed);
        }
    }

    private void ended(PublishResult result) {
        MqttException failure = result.failure();
        if (failure == null) {
            succeeded(result);
        } else { // it was dropped
            failed(failure, result.outcome());
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

    private void failed(Throwable failure) {
        failed(
                failure,
                failure instanceof MqttException cause
                        ? PublishResult.failed(message, cause).outcome()
                        : null);
    }

    private synchronized void failed(Throwable failure, @Nullable PublishOutcome outcome) {
        failures++;
        if (firstFailure == null) {
            firstFailure = failure;
            outcomeOfFailure = outcome;
        }
        answerIfDone();
    }

    private void answerIfDone() {
        if (successes + failures < times) {
            return;
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        if (worst != null) {
            result.put("reason", worst.reasonCode().code());
        }
        PublishOutcome outcome = worst == null || firstFailure != null ? outcomeOfFailure : worst.outcome();
        if (outcome != null) {
            result.put("outcome", outcome.name());
        }
        if (worst != null) {
            result.put("possibleRepeat", possibleRepeat);
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
        } else if (result.isEmpty()) {
            reply.failed(firstFailure);
        } else {
            reply.failed(firstFailure, result);
        }
    }
}
