using LisNative.Formulas;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu;

/// <summary>What an activation's gradient is used for, by code that is compiled for it.</summary>
internal interface IChannelSlopeUser
{
    void Use<TInput, TGradient>(ChannelSlope<TInput, TGradient> slope)
        where TInput : unmanaged, IUnary
        where TGradient : unmanaged, IBinary;
}

/// <summary>Activations' gradients as functions of what goes into the activation.</summary>
internal static class ChannelSlopes
{
    internal static void Use<TUser>(Activation? activation, TUser user) where TUser : struct, IChannelSlopeUser
    {
        if (activation is null)
        {
            user.Use(default(ChannelSlope<Identity, Passed>));
        }
        else
        {
            activation.WithBoth(new Slope<TUser>(user, activation is { IsGradientOfOutput: true, IsPiecewiseLinear: false }));
        }
    }

    private readonly record struct Slope<TUser>(TUser User, bool OfOutput) : IFormulaPairUser where TUser : struct, IChannelSlopeUser
    {
        public void Use<TFormula, TGradient>(TFormula formula, TGradient gradient)
            where TFormula : unmanaged, IUnary
            where TGradient : unmanaged, IBinary
        {
            if (OfOutput)
            {
                User.Use(new ChannelSlope<TFormula, TGradient>(formula, gradient));
            }
            else
            {
                User.Use(new ChannelSlope<Identity, TGradient>(default, gradient));
            }
        }
    }
}
