package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.samples.cli.options.ConnectionOptions;
import io.reactivemqtt.samples.cli.options.Converters;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a command subscribes to. */
final class FilterArguments {

    @Parameters(
            arity = "0..*",
            paramLabel = "FILTER",
            description = "The Topic Filters to subscribe to, quoted if they have a #.")
    private List<String> positional = List.of(); // picocli would say of a wrong one that there must be none

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "FILTER",
            converter = Converters.Filter.class,
            description = "The same as an option; can be given more than once.")
    private List<TopicFilter> optional = List.of();

    /**
     * Returns all that were named, also by the URL of {@code connection}.
     *
     * @throws IllegalArgumentException if there is none, or one is not of the version of MQTT that is spoken
     */
    List<TopicFilter> filters(ConnectionOptions connection) {
        List<TopicFilter> filters = new ArrayList<>();
        positional.forEach(filter -> filters.add(TopicFilter.of(filter)));
        filters.addAll(optional);
        String ofUrl = connection.topicOfUrl();
        if (ofUrl != null) {
            filters.add(TopicFilter.of(ofUrl));
        }
        if (filters.isEmpty()) {
            throw new IllegalArgumentException("a Topic Filter is needed: FILTER, --topic or that of --url");
        }
        filters.forEach(filter -> filter.requireIn(connection.protocol()));
        return filters;
    }
}
