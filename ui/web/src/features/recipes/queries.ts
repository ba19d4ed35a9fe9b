import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'

export type Recipe = Schemas['Recipe']
export type RecipeInput = Schemas['RecipeInput']
export type Summary = Schemas['RecipeSummary']
export type Answers = Schemas['RecipeAnswers']

/** All recipes; they come with the program and never change. */
export const recipeListQuery = queryOptions({
  queryKey: ['recipes', 'list'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => answer(client.GET('/api/v1/recipes', { signal })),
})

export const recipeQuery = (name: string) =>
  queryOptions({
    queryKey: ['recipes', 'one', name],
    queryFn: ({ signal }) => answer(client.GET('/api/v1/recipes/{id}', { params: { path: { id: name } }, signal })),
  })

/** What would be made of answers; nothing is made. What was shown stays until the next is there. */
export const previewQuery = (name: string, answers: Answers) =>
  queryOptions({
    queryKey: ['recipes', 'preview', name, answers],
    gcTime: 0,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(client.POST('/api/v1/recipes/{id}/preview', { params: { path: { id: name } }, body: answers, signal })),
  })

/** Makes everything of a recipe, or nothing. */
export function useImport(name: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (answers: Answers) =>
      answer(client.POST('/api/v1/recipes/{id}/import', { params: { path: { id: name } }, body: answers })),
    onSettled: () =>
      Promise.all(['inboxes', 'connections', 'rules'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  })
}
