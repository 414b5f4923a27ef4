using System.Text.Json.Serialization;

namespace LisNative;

/// <summary>JSON without reflection, so that models load under trimming and NativeAOT. One line for each method's settings.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(double?))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Provenance))]
[JsonSerializable(typeof(LisOptions))]
[JsonSerializable(typeof(AutoencoderOptions))]
[JsonSerializable(typeof(OutlierExposureOptions))]
[JsonSerializable(typeof(VaeOptions))]
[JsonSerializable(typeof(MemAeOptions))]
[JsonSerializable(typeof(RepNnOptions))]
[JsonSerializable(typeof(DeepSvddOptions))]
[JsonSerializable(typeof(AnoGanOptions))]
[JsonSerializable(typeof(RobustPcaOptions))]
[JsonSerializable(typeof(LinearAutoencoderOptions))]
[JsonSerializable(typeof(KernelDensityOptions))]
[JsonSerializable(typeof(OneClassSvmOptions))]
[JsonSerializable(typeof(IsolationForestOptions))]
internal sealed partial class MethodJson : JsonSerializerContext;
