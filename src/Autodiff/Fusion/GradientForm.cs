namespace LisNative.Fusion;

/// <summary>What the rules of <see cref="FusionRules"/> know of a gradient: how it is computed.</summary>
internal abstract record GradientForm;

/// <summary>By a kernel that can finish its results.</summary>
/// <param name="Kernel">dy and what is done with the result ↦ that.</param>
internal sealed record EpilogueForm(Func<Tensor, Epilogue, Tensor> Kernel) : GradientForm;

/// <summary>Element by element, from the output of an activation.</summary>
/// <param name="Activation">One whose gradient is a function of its output.</param>
/// <param name="Output">That output.</param>
internal sealed record ActivationForm(Activation Activation, Tensor Output) : GradientForm;
