using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace TransferLearning.MLNet;

/// <summary>
/// Lets custom mappings read images of no fixed size, as LoadImages gives them: ML.NET knows only types that were registered, and its own
/// attribute registers sized ones.
/// </summary>
internal static class UnsizedImages
{
    private static readonly Lazy<bool> Registered = new(() =>
    {
        DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage), new UnsizedAttribute());
        return true;
    });

    /// <summary>Registers the type, once.</summary>
    public static void Register() => _ = Registered.Value;

    /// <summary>What tells this registration from those of sized images.</summary>
    private sealed class UnsizedAttribute : DataViewTypeAttribute
    {
        public override bool Equals(DataViewTypeAttribute? other) => other is UnsizedAttribute;

        public override void Register() => UnsizedImages.Register();
    }
}
