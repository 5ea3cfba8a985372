package io.reactivemqtt.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the span of a batch, with a link to the trace of each message that has one; needs micrometer-tracing. Register it before the other
 * handlers that make spans, in their {@code FirstMatchingCompositeObservationHandler}. Without it the span of a batch has no links.
 *
 * <p>It reads W3C trace context, {@value #TRACEPARENT}, whatever the propagator does.
 */
@SuppressWarnings("exports") // who uses it has micrometer-tracing
public final class BatchLinks extends PropagatingReceiverTracingObservationHandler<MqttProcessContext> {

    /** The User Property that says where a message comes from. */
    static final String TRACEPARENT = "traceparent";

    /** Version, trace, span, flags; a version to come may have more behind them. */
    private static final Pattern FORM =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?");

    /** Makes one; the parameters are those of the other handlers. */
    public BatchLinks(Tracer tracer, Propagator propagator) {
        super(Objects.requireNonNull(tracer, "tracer"), Objects.requireNonNull(propagator, "propagator"));
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof MqttProcessContext process && process.isBatch();
    }

    @Override
    public Span.Builder customizeExtractedSpan(MqttProcessContext context, Span.Builder builder) {
        Set<String> origins = new LinkedHashSet<>();
        context.messages()
                .forEach(message -> origins.addAll(
                        message.message().properties().userProperties().all(TRACEPARENT)));
        for (String origin : origins) {
            Matcher parts = FORM.matcher(origin);
            if (parts.matches()) {
                builder.addLink(new Link(traceContext(parts)));
            }
        }
        return builder;
    }

    private TraceContext traceContext(Matcher parts) {
        boolean sampled = (Integer.parseInt(parts.group(3), 16) & 1) == 1;
        return getTracer()
                .traceContextBuilder()
                .traceId(parts.group(1))
                .spanId(parts.group(2))
                .sampled(sampled)
                .build();
    }
}
