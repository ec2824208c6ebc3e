package dev.tidemill.cli.run;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles signals instead of the JVM, which would exit with its own status. Uses reflection because
 * compilers warn of {@code sun.misc.Signal}, which every JDK has. A signal that was ignored when
 * the process started stays ignored.
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /**
   * Calls the action with the signal's number, on a separate thread, for each signal of these
   * names. With {@code -Xrs} the JVM keeps the signals, and this does nothing.
   */
  static void handle(List<String> names, IntConsumer action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Method getNumber = signal.getMethod("getNumber");
      InvocationHandler calls =
          (self, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  action.accept((int) getNumber.invoke(arguments[0]));
                  yield null;
                }
                case "hashCode" -> System.identityHashCode(self);
                case "equals" -> self == arguments[0];
                default -> "tidemill's signal handler";
              };
      Object handler =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(), new Class<?>[] {handlerType}, calls);
      Method handle = signal.getMethod("handle", signal, handlerType);
      for (String name : names) {
        Object unused =
            handle.invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
      }
    } catch (ReflectiveOperationException e) {
      LOG.debug("the JVM keeps its signal handlers", e);
    }
  }
}
