namespace LisNative.Tests.Packages;

/// <summary>Tests whose work is done by other programs share the packages that these are built from.</summary>
[CollectionDefinition(Child.Tests)]
public sealed class OtherPrograms : ICollectionFixture<Feed>;
