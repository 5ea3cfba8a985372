package io.reactivemqtt.samples.cli.options;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What people ask for and the client cannot do yet: answered where it is met, whatever else is wrong with the command line. */
final class UnsupportedOptions {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = {"--capath"},
            arity = "0..1",
            hidden = true)
    void authorities(@Nullable String value) {
        refuse(value, "a directory of authorities is not supported yet; use --cafile FILE");
    }

    @Option(
            names = {"--auth-method", "--auth-data"},
            arity = "0..1",
            hidden = true)
    void enhancedAuthentication(@Nullable String value) {
        refuse(
                value,
                "enhanced authentication is not supported yet by options; use --user and --password, or a script");
    }

    @Option(
            names = {"--topic-alias", "--topic-alias-maximum", "--automatic-topic-aliases"},
            arity = "0..1",
            hidden = true)
    void topicAliases(@Nullable String value) {
        refuse(value, "Topic Aliases are used by themselves where the Server allows them; leave the option out");
    }

    /** Null: picocli sets back what was not given. */
    private void refuse(@Nullable String value, String words) {
        if (value != null) {
            throw new ParameterException(command.commandLine(), words);
        }
    }
}
