package dev.tidemill.chaos;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/** The module rules of docs/architecture.md about this module. */
class ChaosRulesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.tidemill");

  @Test
  void nothingDependsOnChaos() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.tidemill.chaos..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tidemill.chaos..")
        .check(CLASSES);
  }

  /** The product runs in processes of its own, and the audit shares no code with it. */
  @Test
  void usesTheProductOnlyAsACommand() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidemill.chaos..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tidemill.schemas..",
            "dev.tidemill.contract..",
            "dev.tidemill.evaluation..",
            "dev.tidemill.runtime..",
            "dev.tidemill.messaging..",
            "dev.tidemill.engine..",
            "dev.tidemill.checkpoints..",
            "dev.tidemill.producer..",
            "dev.tidemill.trainer..",
            "dev.tidemill.inference..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.tidemill.chaos.*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tidemill.cli..")
        .check(CLASSES);
  }

  @Test
  void schedulesDependOnNothingElse() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidemill.chaos.schedule..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tidemill.chaos",
            "dev.tidemill.chaos.(audit|cluster|injection|network|pipeline|process|report|watch)..",
            "java.io..",
            "java.nio..",
            "java.time..",
            "org.apache.kafka..")
        .check(CLASSES);
  }

  @Test
  void packagesAreFreeOfCycles() {
    SlicesRuleDefinition.slices()
        .matching("dev.tidemill.chaos.(*)..")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }
}
