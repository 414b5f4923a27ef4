// A small network learns to tell two half moons that reach into each other, in F#.
open System
open LisNative
open LisNative.Layers
open LisNative.Random

let device, random, count = Device.Cpu, Philox(1UL), 400

// Points [count, 2] and the moon that each lies on.
let moons =
    Array2D.init count 2 (fun i axis ->
        let angle, side = Math.PI * float i / float (count - 1), i % 2
        let x, y = cos angle, sin angle
        let noise = 0.1 * float (random.Normal(uint64 (2 * i + axis)))
        noise + if axis = 0 then (if side = 0 then x else 1.0 - x) else (if side = 0 then y else 0.5 - y))

let labels = Array.init count (fun i -> i % 2)

let linear inputs outputs (activation: Activation) (name: uint64) =
    new Linear(device, inputs, outputs, Initialisers.Glorot, random.FoldIn name, activation) :> Module

let net =
    new Sequential([| struct ("hidden", linear 2 32 Activation.Tanh 1UL); struct ("output", linear 32 2 null 2UL) |])

let optimiser = new Adam(net.ParameterList, 0.02)
let x, classes = new Var(device.From moons), device.Indices labels

for _ in 1..200 do
    optimiser.Minimise(Losses.CrossEntropy(net.Forward x, classes))

// An operation of one's own, x³, with its gradient, held against differences.
let cube (x: Var) =
    Var.Custom(x.Value * x.Value * x.Value, x, fun dy -> dy * 3.0 * x.Square())

GradientCheck.Of((fun x -> cube x[0]), new Var(Device.Reference.From [| 0.5; -2.0 |])) |> ignore

let found = net.Forward(x).ArgMax(1).ToArray()
let right = Array.fold2 (fun n a b -> if a = b then n + 1 else n) 0 found labels
printfn $"{right} of {count} right"
printfn $"{net.Forward(x).Softmax(1).Slice(0, 0, 2)}"
