package dev.tidemill.cli;

import dev.tidemill.cli.output.FaultMessage;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.engine.InvalidSpecException;
import dev.tidemill.messaging.KafkaFailureException;
import dev.tidemill.runtime.InvalidSettingsException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints one line per fault on standard error, and a stack trace only if TIDEMILL_DEBUG is set. */
final class FaultHandler implements IExecutionExceptionHandler, IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException fault, String[] args) {
    CommandLine command = fault.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("tidemill: " + fault.getMessage());
    UnmatchedArgumentException.printSuggestions(fault, err);
    err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitStatus.WRONG_USAGE;
  }

  @Override
  public int handleExecutionException(Exception fault, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (System.getenv("TIDEMILL_DEBUG") != null) {
      fault.printStackTrace(err);
    }
    if (fault instanceof InvalidSettingsException settings) {
      return wrongUsage(err, settings.faults());
    }
    if (fault instanceof InvalidSpecException spec) {
      return wrongUsage(err, spec.faults());
    }
    err.println("tidemill: " + FaultMessage.of(KafkaFailureException.of(fault)));
    return ExitStatus.FAILED;
  }

  private static int wrongUsage(PrintWriter err, List<String> faults) {
    faults.forEach(fault -> err.println("tidemill: " + fault));
    return ExitStatus.WRONG_USAGE;
  }
}
