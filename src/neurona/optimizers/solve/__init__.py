"""Full-batch solvers, one file each: every one is a direction and a rule for how far to go.

| name | class | asks the problem for | numbers kept | how far |
|---|---|---|---|---|
| gradient-descent | GradientDescent | gradient | 0 | strong Wolfe search |
| cg | PolakRibiere | gradient | n | strong Wolfe search |
| cg-fletcher-reeves | FletcherReeves | gradient | n | strong Wolfe search |
| cg-hestenes-stiefel | HestenesStiefel | gradient | n | strong Wolfe search |
| scg | SCG | gradient | n | a curvature measured along the direction |
| lbfgs | LBFGS | gradient | 2*m*n + m | strong Wolfe search |
| bfgs | BFGS | gradient | n*n | strong Wolfe search |
| newton | Newton | gradient, HESSIAN | 0 | trust region |
| newton-cg | NewtonCG | gradient, HESSIAN_PRODUCT | 0 | trust region |
| gauss-newton | GaussNewton | gradient, MODEL | 0 | strong Wolfe search |
| lm | LevenbergMarquardt | gradient, MODEL | n | damping by gain ratio |
| bayesian-lm | BayesianLM | gradient, MODEL, EVIDENCE | 2 per group | damping by gain ratio |

n is the number of parameters, m L-BFGS's memory (10); x and its gradient, which all keep, are not
counted, nor are matrices that live for one iteration (n*n in "newton", J or J'J in the last three).
"""
