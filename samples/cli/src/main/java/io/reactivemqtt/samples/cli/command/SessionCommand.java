package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.samples.cli.options.HelpOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code reactive-mqtt session}: what stands in a store, without any Server. */
@Command(
        name = "session",
        description = {"Inspects, exports and imports the Sessions of a store, without a connection.", ""},
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        subcommands = {SessionInspectCommand.class, SessionExportCommand.class, SessionImportCommand.class})
public final class SessionCommand {

    @Mixin
    @SuppressWarnings("UnusedVariable") // it answers by itself
    private HelpOption help = new HelpOption();
}
