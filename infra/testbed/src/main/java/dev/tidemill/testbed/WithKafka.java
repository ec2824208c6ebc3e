package dev.tidemill.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests of the class take a running {@link KafkaCluster} as a parameter of a test, a life-cycle
 * method or the constructor. All classes of one JVM with the same kind share one cluster.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(KafkaExtension.class)
public @interface WithKafka {
  /** What the cluster is made of. */
  Kind value() default Kind.EMBEDDED;

  /** Where a cluster runs. */
  enum Kind {
    /** A broker in this JVM. */
    EMBEDDED,
    /** A broker in a container; the tests are skipped where no container engine answers. */
    CONTAINER
  }
}
