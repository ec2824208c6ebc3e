package dev.tidemill.testbed;

import dev.tidemill.testbed.WithKafka.Kind;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Injects the cluster into tests annotated with {@link WithKafka}. */
final class KafkaExtension implements ExecutionCondition, ParameterResolver {
  private static final Namespace CLUSTERS = Namespace.create(KafkaExtension.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (kind(context) == Kind.CONTAINER && !ContainerKafka.isEngineAvailable()) {
      return ConditionEvaluationResult.disabled("no container engine is available");
    }
    return ConditionEvaluationResult.enabled("Kafka can be started");
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == KafkaCluster.class;
  }

  @Override
  public KafkaCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // The root's store closes the cluster after the last class of the run.
    return context
        .getRoot()
        .getStore(CLUSTERS)
        .computeIfAbsent(kind(context), KafkaExtension::start, KafkaCluster.class);
  }

  private static KafkaCluster start(Kind kind) {
    return switch (kind) {
      case EMBEDDED -> KafkaCluster.embedded();
      case CONTAINER -> KafkaCluster.container();
    };
  }

  private static Kind kind(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(
            context.getRequiredTestClass(), WithKafka.class, context.getEnclosingTestClasses())
        .map(WithKafka::value)
        .orElse(Kind.EMBEDDED);
  }
}
