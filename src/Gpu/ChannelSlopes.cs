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
        switch (activation)
        {
            case null:
                user.Use(default(ChannelSlope<Identity, Passed>));
                break;
            case { IsGradientOfOutput: true, IsPiecewiseLinear: false }:
                activation.WithFormula<OfOutput<TUser>, bool>(new(activation, user));
                break;
            default:
                activation.WithGradient<Of<Identity, TUser>, bool>(new(default, user));
                break;
        }
    }

    private readonly record struct OfOutput<TUser>(Activation Activation, TUser User) : IFormulaUser<bool>
        where TUser : struct, IChannelSlopeUser
    {
        public bool Unary<TOp>(TOp op) where TOp : unmanaged, IUnary => Activation.WithGradient<Of<TOp, TUser>, bool>(new(op, User));

        public bool Binary<TOp>(TOp op) where TOp : unmanaged, IBinary => throw new NotSupportedException();
    }

    private readonly record struct Of<TInput, TUser>(TInput Input, TUser User) : IFormulaUser<bool>
        where TInput : unmanaged, IUnary
        where TUser : struct, IChannelSlopeUser
    {
        public bool Unary<TOp>(TOp op) where TOp : unmanaged, IUnary => throw new NotSupportedException();

        public bool Binary<TOp>(TOp op) where TOp : unmanaged, IBinary
        {
            User.Use(new ChannelSlope<TInput, TOp>(Input, op));
            return true;
        }
    }
}
