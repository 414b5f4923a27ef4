using Xunit.Sdk;

// Tests keep all cores busy, so they run one after the other. Those that wait for other programs (Child.Tests) run beside them; those that
// count memory (Alone) beside none.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: Xunit.v3.Parallelization(Mode = ParallelMode.Collections, MaxThreads = 2)]
