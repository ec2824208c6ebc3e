package dev.tidemill.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Injects a running {@link KafkaCluster} as a parameter of tests, life-cycle methods or the
 * constructor. All classes of one JVM with the same kind share one cluster.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(KafkaExtension.class)
public @interface WithKafka {
  /** The kind of cluster. */
  Kind value() default Kind.EMBEDDED;

  /** Where a cluster runs. */
  enum Kind {
    /** A broker in this JVM. */
    EMBEDDED,
    /** A broker in a container; the tests are skipped if no container engine is available. */
    CONTAINER
  }
}
